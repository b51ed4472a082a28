// Exponential with full jitter: a thousand pages that lost one server come back spread out, not together.
export interface BackoffOptions {
  readonly baseMs: number
  readonly capMs: number
  readonly random: () => number
}

export class Backoff {
  private failures = 0
  private baseMs: number

  constructor(private readonly options: BackoffOptions) {
    this.baseMs = options.baseMs
  }

  /** The server's `retry:` says how soon it wants to see us again. */
  setBase(ms: number): void {
    this.baseMs = Math.min(Math.max(ms, 100), this.options.capMs)
  }

  next(): number {
    const ceiling = Math.min(this.options.capMs, this.baseMs * 2 ** this.failures)
    this.failures += 1
    // Never below a fifth: full jitter may draw zero, and a zero is a hammer.
    return ceiling * (0.2 + 0.8 * this.options.random())
  }

  reset(): void {
    this.failures = 0
  }
}
