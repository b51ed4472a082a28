// The code of a page comes with its first opening. Where it cannot be had, the server is away, or serves another build since.
import { isRecord } from '@/lib/record'

const missing = new WeakSet<Error>()

/** Vite says what code could not be loaded. Without the browser's own words for it the router does not reload the page at once, which
 * would leave nothing of it where the server is away. */
export function watchCode(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => {
    missing.add(payload)
    payload.message = 'A part of this page could not be loaded.'
  })
}

export const isCodeMissing = (error: unknown): boolean => error instanceof Error && missing.has(error)

export interface Means {
  /** Whether the server answers at all. */
  readonly answers: () => Promise<boolean>
  /** Loads what is missing; false where it is still not there. */
  readonly load: () => Promise<boolean>
  readonly reload: () => void
  readonly now: () => number
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
}

export type Healed = 'away' | 'loaded' | 'reloading' | 'gone'

/** One attempt. A server that answers without this code has another build's: the page is loaded anew, where it is. */
export async function heal(means: Means): Promise<Healed> {
  if (!(await means.answers())) return 'away'
  if (await means.load()) return 'loaded'
  if (!mayReload(means)) return 'gone'
  means.reload()
  return 'reloading'
}

const RELOADED = 'millstream.reloaded-for-code'
const LEAST_BETWEEN_MS = 300_000

/** Once, and not again for a while: two builds behind one address must not have it go round. Where that cannot be kept, never. */
function mayReload(means: Means): boolean {
  try {
    const { now, storage } = means
    const last = Number(storage.getItem(RELOADED) ?? -Infinity)
    if (now() - last < LEAST_BETWEEN_MS) return false
    storage.setItem(RELOADED, String(now()))
    return storage.getItem(RELOADED) !== null
  } catch {
    return false
  }
}

const LONGEST_WAIT_MS = 30_000

/** How long to wait after so many attempts. */
export const waitMs = (tries: number): number => Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (tries - 1))

const PATIENCE_MS = 5000

export async function serverAnswers(): Promise<boolean> {
  try {
    const { status } = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
    return status < 500
  } catch {
    return false
  }
}

/** Code that is loaded has no way of being loaded any more. */
export const isLoaded = (component: unknown): boolean => !((typeof component === 'function' || isRecord(component)) && 'preload' in component && component.preload !== undefined)
