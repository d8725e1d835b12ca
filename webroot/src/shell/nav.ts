import { Activity, CalendarClock, FolderKanban, HeartPulse, House, KeyRound, MailX, ScrollText, Settings2, SlidersHorizontal, Users, Waypoints } from 'lucide-vue-next'
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
  { name: 'policies', label: 'Policies', icon: SlidersHorizontal, words: 'operator platform limits values' },
]
