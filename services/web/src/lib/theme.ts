import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
const STORAGE_KEY = 'millstream.theme'
const listeners = new Set<() => void>()

export function readTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(STORAGE_KEY)
    else localStorage.setItem(STORAGE_KEY, theme)
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
  notify()
}

const notify = (): void => listeners.forEach((listener) => listener())
const systemDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)')

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) systemDark().addEventListener('change', notify)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) systemDark().removeEventListener('change', notify)
  }
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, readTheme)

const isDark = (): boolean => (readTheme() === 'system' ? systemDark().matches : readTheme() === 'dark')

/** For what cannot read a custom property by itself, as a canvas. */
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDark)
