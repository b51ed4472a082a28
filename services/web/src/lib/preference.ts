// A choice of the reader about looks, kept in this browser and written on <html> for the styles to read.
import { useSyncExternalStore } from 'react'
import { ofBrowser } from '@/lib/browser-storage'

export class Preference<T extends string> {
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly name: string,
    readonly choices: readonly T[],
    private readonly usual: T,
  ) {}

  read = (): T => {
    const chosen = document.documentElement.dataset[this.name]
    return this.choices.find((choice) => choice === chosen) ?? this.usual
  }

  choose(choice: T): void {
    document.documentElement.dataset[this.name] = choice
    ofBrowser.write(this.name, choice === this.usual ? null : choice)
    this.notify()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  notify = (): void => {
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

export const usePreference = <T extends string>(preference: Preference<T>): T => useSyncExternalStore(preference.subscribe, preference.read)

export const theme = new Preference('theme', ['system', 'light', 'dark'], 'system')
/** One connection for all streams, or one for each. */
export const transport = new Preference('transport', ['combined', 'single'], 'combined')
export const density = new Preference('density', ['compact', 'comfortable'], 'compact')

const systemDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)')
const isDark = (): boolean => (theme.read() === 'system' ? systemDark().matches : theme.read() === 'dark')

function subscribeDark(listener: () => void): () => void {
  const system = systemDark()
  system.addEventListener('change', listener)
  const unsubscribe = theme.subscribe(listener)
  return () => {
    system.removeEventListener('change', listener)
    unsubscribe()
  }
}

/** For what cannot read a custom property by itself, as a canvas. */
export const useIsDark = (): boolean => useSyncExternalStore(subscribeDark, isDark)
