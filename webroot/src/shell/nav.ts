import { Activity, Bug, CalendarClock, CircleDollarSign, FolderKanban, HandCoins, HeartPulse, House, KeyRound, MailX, ReceiptText, ScrollText, Settings2, SlidersHorizontal, Tags, Users, Waypoints } from 'lucide-vue-next'
import type { Component } from 'vue'

export interface Section {
  name: string
  label: string
  icon: Component
  /** What the section is found by in the palette. */
  words: string
  permission?: string
}

/** The sections of an org, in the order of the domains. */
export const SECTIONS: readonly Section[] = [
  { name: 'org', label: 'Overview', icon: House, words: 'home start dashboard' },
  { name: 'projects', label: 'Projects', icon: FolderKanban, words: 'list create', permission: 'orgs.projects.read' },
  { name: 'members', label: 'Members', icon: Users, words: 'people invite invitations roles', permission: 'orgs.members.read' },
  { name: 'access', label: 'Access', icon: KeyRound, words: 'roles permissions policies rights limits' },
  { name: 'billing', label: 'Billing', icon: ReceiptText, words: 'money plans subscription usage invoices credits ledger payments refunds', permission: 'billing.subscriptions.read' },
  { name: 'audit', label: 'Audit', icon: ScrollText, words: 'log records chain history', permission: 'audit.records.read' },
  { name: 'live', label: 'Live', icon: Activity, words: 'events stream realtime', permission: 'events.log.read' },
  { name: 'org-settings', label: 'Settings', icon: Settings2, words: 'rename delete slug' },
]

/** The sections of the platform, for operators. */
export const PLATFORM: readonly Section[] = [
  { name: 'platform', label: 'Health', icon: HeartPulse, words: 'operator platform nodes services dashboard latency errors requests metrics' },
  { name: 'readers', label: 'Readers', icon: Waypoints, words: 'operator platform event log lag followers cursor' },
  { name: 'dead-letters', label: 'Dead letters', icon: MailX, words: 'operator platform parked failed events retry discard' },
  { name: 'jobs', label: 'Jobs', icon: CalendarClock, words: 'operator platform cron schedule run now' },
  { name: 'errors', label: 'Errors', icon: Bug, words: 'operator platform failures exceptions bugs stack sentry resolve' },
  { name: 'catalogue', label: 'Catalogue', icon: Tags, words: 'operator platform products plans prices meters versions' },
  { name: 'org-billing', label: 'Org billing', icon: CircleDollarSign, words: 'operator platform test clock time grant credits tax profile' },
  { name: 'platform-payments', label: 'Payments', icon: HandCoins, words: 'operator platform refunds approve differences reconciliation webhooks provider' },
  { name: 'policies', label: 'Policies', icon: SlidersHorizontal, words: 'operator platform limits values' },
]

/** The pages of an org's billing, in the order of their tabs; the first one is the section itself. */
export const BILLING = [
  { name: 'billing', label: 'Subscription', words: 'plans change cancel pause', permission: 'billing.subscriptions.read' },
  { name: 'usage', label: 'Usage', words: 'meters charts', permission: 'billing.usage.read' },
  { name: 'invoices', label: 'Invoices', words: 'charges lines credit notes', permission: 'billing.invoices.read' },
  { name: 'payments', label: 'Payments', words: 'checkout cards methods refunds', permission: 'payments.payments.read' },
  { name: 'credits', label: 'Credits', words: 'wallet grants balance', permission: 'billing.credits.read' },
  { name: 'ledger', label: 'Ledger', words: 'book accounts transactions trial balance verify', permission: 'billing.ledger.read' },
] as const
