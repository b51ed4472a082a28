// The key a person signed in with: in this tab's sessionStorage only, never in a URL, a cookie or localStorage.
import { ofTab } from '@/lib/browser-storage'

const STORED = 'key'

type Listener = () => void

export interface Credential {
  readonly key: string | null
  readonly refused: boolean
}

class CredentialStore {
  private state: Credential = { key: ofTab.read(STORED), refused: false }
  private readonly listeners = new Set<Listener>()

  get = (): Credential => this.state

  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  signIn(key: string): void {
    ofTab.write(STORED, key)
    this.set({ key, refused: false })
  }

  signOut(): void {
    ofTab.write(STORED, null)
    this.set({ key: null, refused: true })
  }

  /** The server answered 401 to what `key` was sent with; a key entered since then is not to blame. */
  refuse(key: string | null): void {
    if (key === this.state.key && !this.state.refused) this.set({ ...this.state, refused: true })
  }

  private set(state: Credential): void {
    this.state = state
    this.listeners.forEach((listener) => listener())
  }
}

export const credential = new CredentialStore()

export const authorization = (key: string | null): Record<string, string> =>
  key === null ? {} : { Authorization: `Bearer ${key}` }
