/** The reader leaves some controls without a name or out of reach of the keyboard; this mends them as they appear. */
export function mendNames(root: HTMLElement): void {
  const mend = () => {
    for (const button of root.querySelectorAll<HTMLElement>('button[class*="copy-button"]:not([aria-label])')) {
      button.setAttribute('aria-label', 'Copy')
    }
    for (const list of root.querySelectorAll<HTMLElement>('ul.endpoints:not([tabindex])')) list.tabIndex = 0
    root.querySelectorAll<HTMLElement>('[role="region"][aria-label]').forEach((region, index) => {
      const label = region.getAttribute('aria-label') ?? ''
      if (!/ \(\d+\)$/.test(label)) region.setAttribute('aria-label', `${label} (${index + 1})`)
      region.removeAttribute('aria-labelledby')
    })
  }
  let due = false
  new MutationObserver(() => {
    if (due) return
    due = true
    setTimeout(() => {
      due = false
      mend()
    }, 100)
  }).observe(root, { childList: true, subtree: true })
}
