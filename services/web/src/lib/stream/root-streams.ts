// Which root-scoped streams a route needs: the inventory's `ui_routes`.
import { STREAMS, type StreamName } from '@/generated/inventory'
import { keysOf } from '@/lib/keys-of'

const ROOT: readonly { stream: StreamName; patterns: readonly string[] }[] = keysOf(STREAMS)
  .filter((stream) => STREAMS[stream].mount === 'root')
  .map((stream) => ({ stream, patterns: STREAMS[stream].uiRoutes }))

function matches(pattern: string, pathname: string): boolean {
  if (!pattern.endsWith('/*')) return pathname === pattern
  const prefix = pattern.slice(0, -2)
  return pathname === prefix || pathname.startsWith(`${prefix}/`)
}

export function rootStreamsFor(pathname: string): StreamName[] {
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname
  return ROOT.filter(({ patterns }) => patterns.some((pattern) => matches(pattern, path))).map(({ stream }) => stream)
}
