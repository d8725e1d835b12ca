import type { components } from './schema'

type Schemas = components['schemas']

export type Person = Schemas['Person']
export type Settings = Schemas['Settings']
export type Session = Schemas['Session']
export type Org = Schemas['Org']
export type MyOrg = Schemas['MyOrg']
export type Project = Schemas['Project']
export type Member = Schemas['Member']
export type Invitation = Schemas['Invitation']
export type Role = MyOrg['role']
export type AuditEntry = Schemas['Entry']
export type LoggedEvent = Schemas['LoggedEvent']
export type PolicyValue = Schemas['PolicyValue']

/** One page of a list; `next` is the cursor of the next page. */
export interface Page<T> {
  items: T[]
  next?: string | null
}

export const ROLES = ['owner', 'admin', 'member', 'viewer', 'billing'] as const satisfies readonly Role[]
