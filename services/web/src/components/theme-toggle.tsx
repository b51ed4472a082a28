import { Monitor, Moon, Sun } from 'lucide-react'
import { chooseTheme, useTheme, type Theme } from '@/lib/theme'

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const

export function ThemeToggle() {
  const theme = useTheme()
  const Icon = ICONS[theme]
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Theme: ${theme}. Switch to ${NEXT[theme]}`}
      title={`Theme: ${theme}`}
      onClick={() => {
        chooseTheme(NEXT[theme])
      }}
    >
      <Icon size={16} aria-hidden />
    </button>
  )
}
