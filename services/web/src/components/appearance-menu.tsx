import { Contrast, Keyboard, LogOut } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { CallerItem } from '@/features/caller/caller-item'
import { credential } from '@/lib/credential'
import { density, theme, usePreference } from '@/lib/preference'
import { Menu, MenuChoice, MenuDivider, MenuItem } from '@/ui/menu'

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

const DENSITIES = [
  { value: 'compact', label: 'Compact rows' },
  { value: 'comfortable', label: 'Comfortable rows' },
] as const

interface AppearanceMenuProps {
  readonly onKeys: () => void
  /** Not given before anybody is signed in. */
  readonly onCaller?: (() => void) | undefined
}

/** How it looks to you, the keys, who you are, and the way out. */
export function AppearanceMenu({ onKeys, onCaller }: AppearanceMenuProps) {
  const { key } = useSyncExternalStore(credential.subscribe, credential.get)
  return (
    <Menu
      trigger={
        <button type="button" className="icon-button" aria-label="You and appearance" title="You and appearance">
          <Contrast size={16} aria-hidden />
        </button>
      }
    >
      <MenuChoice
        label="Theme"
        value={usePreference(theme)}
        choices={THEMES}
        onChoose={(choice) => {
          theme.choose(choice)
        }}
      />
      <MenuDivider />
      <MenuChoice
        label="Density"
        value={usePreference(density)}
        choices={DENSITIES}
        onChoose={(choice) => {
          density.choose(choice)
        }}
      />
      <MenuDivider />
      <MenuItem icon={<Keyboard size={14} aria-hidden />} onSelect={onKeys}>
        Keys
      </MenuItem>
      {onCaller ? <CallerItem onOpen={onCaller} /> : null}
      {key === null ? null : (
        <MenuItem
          icon={<LogOut size={14} aria-hidden />}
          onSelect={() => {
            credential.signOut()
          }}
        >
          Sign out
        </MenuItem>
      )}
    </Menu>
  )
}
