import '@scalar/api-reference/style.css'
import { createApiReference } from '@scalar/api-reference'

createApiReference('#reference', {
  url: '/openapi.json',
  darkMode: document.documentElement.dataset.theme === 'dark',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
  metaData: { title: 'API reference · Vertebra' },
} as Parameters<typeof createApiReference>[1])
