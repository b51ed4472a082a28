/** Whether the page's charts are shown as tables: one key for all of them. */
class ChartsAsTables {
  private shown = false
  private readonly listeners = new Set<() => void>()

  get = (): boolean => this.shown

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  toggle = (): void => {
    this.shown = !this.shown
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

export const chartsAsTables = new ChartsAsTables()
