import type { FunctionInfo } from '@/features/functions/api'

/** Why jobs of a function wait, as far as the function itself tells; null when it only has to be their turn. */
export function waitReason(info: FunctionInfo | undefined): string | null {
  if (!info) return null
  if (info.paused) return 'its function is paused'
  if (info.workers?.length === 0) return 'no worker offers it'
  if ((info.dispatch_reasons.rate_limited ?? 0) > 0) return 'its rate limit is reached'
  if ((info.dispatch_reasons.no_capacity ?? 0) > 0) return 'no slot for it is free'
  return null
}
