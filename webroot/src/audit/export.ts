import { api } from '@/api/client'
import { problemFrom } from '@/api/problem'

/** Saves all sealed records of an org and their checkpoints as NDJSON. */
export async function exportAudit(orgId: string): Promise<void> {
  const { response } = await api.GET('/v1/orgs/{orgId}/audit/export', { params: { path: { orgId } }, parseAs: 'stream' })
  if (!response.ok || response.body === null) throw problemFrom(response, null)
  const url = URL.createObjectURL(await new Response(response.body).blob())
  const link = document.createElement('a')
  link.href = url
  link.download = `audit-${orgId}.ndjson`
  link.click()
  URL.revokeObjectURL(url)
}
