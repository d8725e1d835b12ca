import { Activity, FolderKanban, House, KeyRound, ScrollText, Settings2, Users } from 'lucide-vue-next'
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
