import type { LiveEvent } from '@vertebra/live'

/** The cached queries that an event of an org makes stale. */
export function queryKeysOf(event: Pick<LiveEvent, 'type'>, orgId: string): Array<readonly unknown[]> {
  const org = ['orgs', orgId] as const
  const keys: Array<readonly unknown[]> = [[...org, 'audit']]
  if (/^Orgs\.Project/.test(event.type)) keys.push([...org, 'projects'])
  if (/^Orgs\.(Member|Invitation)/.test(event.type)) {
    keys.push([...org, 'members'], [...org, 'invitations'], [...org, 'rights'], ['my-orgs'])
  }
  if (/^Orgs\.Org/.test(event.type)) keys.push([...org, 'org'], ['my-orgs'])
  if (/^(Billing|Payments)\./.test(event.type)) keys.push([...org, 'billing'], [...org, 'ledger'], [...org, 'payments'])
  if (/^Access\./.test(event.type)) keys.push([...org, 'policies'])
  return keys
}
