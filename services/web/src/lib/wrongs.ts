// What is wrong, as somebody asks for it from wherever something is out of reach.
type Listener = () => void

class Wrongs {
  private readonly listeners = new Set<Listener>()

  /** Called when somebody wants to know. */
  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  ask = (): void => {
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

export const wrongs = new Wrongs()
