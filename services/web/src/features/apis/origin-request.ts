// Which of a trace's requests a job came from: a trace may pass through several APIs, each with a line in the log.
import type { ApiRequestEvent } from '@/generated/rest'

/** An instance and the server may each go by a clock of its own. */
const CLOCKS_AGREE_MS = 2000

/** The innermost that was under way when the job was enqueued; else the last that came before. Null when none did. */
export function originOf<R extends Pick<ApiRequestEvent, 'at' | 'latency_ms'>>(requests: readonly R[], enqueuedAt: number): R | null {
  const earlier = requests.filter(({ at }) => Date.parse(at) <= enqueuedAt + CLOCKS_AGREE_MS).sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return earlier.find(({ at, latency_ms: ms }) => Date.parse(at) + ms + CLOCKS_AGREE_MS >= enqueuedAt) ?? earlier[0] ?? null
}
