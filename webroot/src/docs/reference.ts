import '@scalar/api-reference/style.css'
import { createApiReference } from '@scalar/api-reference'
import { mendNames } from './names'

const dark = document.documentElement.dataset.theme === 'dark'

mendNames(document.body)
createApiReference('#reference', {
  url: '/openapi.json',
  darkMode: dark,
  forceDarkModeState: dark ? 'dark' : 'light',
  hideDarkModeToggle: true,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
  metaData: { title: 'API reference · Vertebra' },
} as Parameters<typeof createApiReference>[1])
