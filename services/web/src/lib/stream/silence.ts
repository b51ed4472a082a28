// A connection cut without a word looks open for ever: what has been silent for longer than its heartbeat allows is dead.
export class Silence {
  private timer: ReturnType<typeof setTimeout> | undefined
  private heardAt = 0
  private limitMs = 0

  constructor(
    private readonly now: () => number,
    private readonly onSilence: () => void,
  ) {}

  /** Something was heard; from now on this much silence is too much. A frame costs no timer. */
  heard(limitMs: number): void {
    const isShorter = limitMs < this.limitMs
    this.heardAt = this.now()
    this.limitMs = limitMs
    if (this.timer === undefined || isShorter) this.wait(limitMs)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private wait(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const left = this.heardAt + this.limitMs - this.now()
      if (left > 0) this.wait(left)
      else {
        this.timer = undefined
        this.onSilence()
      }
    }, ms)
  }
}
