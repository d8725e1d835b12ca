/** A user agent in two words, as far as it can be told: "Firefox on Linux". */
export function describeAgent(agent: string | null | undefined): string {
  if (!agent) return 'Unknown client'
  const browser = [
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/(?:Headless)?Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
    [/^curl\//, 'curl'],
  ].find(([pattern]) => (pattern as RegExp).test(agent))?.[1] as string | undefined
  const system = [
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ].find(([pattern]) => (pattern as RegExp).test(agent))?.[1] as string | undefined
  if (!browser) return agent.length > 60 ? `${agent.slice(0, 60)}…` : agent
  return system ? `${browser} on ${system}` : browser
}
