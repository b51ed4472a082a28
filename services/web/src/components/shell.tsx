import { Link, useNavigate } from '@tanstack/react-router'
import { Search, Waves } from 'lucide-react'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { AppearanceMenu } from '@/components/appearance-menu'
import { ConnectionPill, LostNote } from '@/components/connection-pill'
import { PAGES } from '@/components/pages'
import { RangeControl } from '@/components/range-control'
import { SignIn } from '@/components/sign-in'
import { useChangeRange, useRange } from '@/components/use-range'
import { WindowNote } from '@/components/window-note'
import { credential } from '@/lib/credential'
import { density, theme } from '@/lib/preference'
import { readAt } from '@/lib/range'
import { typedAhead } from '@/lib/typed-ahead'
import { wrongs } from '@/lib/wrongs'
import { useActions, useKeys } from '@/ui/actions'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import { Keys } from '@/ui/keys'

// All are opened by hand: the first page does not wait for them.
const loadPalette = () => import('@/components/palette')
const loadKeyList = () => import('@/components/key-list')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const loadWhoAmI = () => import('@/features/caller/who-am-i')
const WhoAmI = lazy(async () => ({ default: (await loadWhoAmI()).WhoAmI }))
const loadDiagnosis = () => import('@/components/diagnosis')
const Diagnosis = lazy(async () => ({ default: (await loadDiagnosis()).Diagnosis }))
const KeyList = lazy(async () => ({ default: (await loadKeyList()).KeyList }))
export const loadOpenedByHand = (): Promise<unknown> => Promise.all([loadPalette(), loadKeyList(), loadWhoAmI(), loadDiagnosis()])

type Opened = 'palette' | 'keys' | 'caller' | 'wrong' | null

export function Shell({ children }: { children: ReactNode }) {
  const { key, refused } = useSyncExternalStore(credential.subscribe, credential.get)
  const [opened, setOpened] = useState<Opened>(null)
  const close = (): void => {
    setOpened(null)
  }
  const open = (what: Opened): void => {
    if (what === 'palette' && opened !== 'palette') typedAhead.begin()
    setOpened(what)
  }
  useEffect(() => wrongs.subscribe(() => { setOpened('wrong') }), [])
  useFrameActions(open, key !== null)
  useKeys()
  return (
    <div className="frame" data-gate={refused || undefined}>
      <a className="skip" href="#page">
        Skip to content
      </a>
      <Top onOpen={open} isGate={refused} />
      {refused ? null : <Rail />}
      <main className="page" id="page" tabIndex={-1}>
        <LostNote />
        {refused ? (
          <SignIn wasRefused={key !== null} />
        ) : (
          <>
            <WindowNote />
            {children}
          </>
        )}
      </main>
      <Suspense>
        {opened === 'palette' ? <Palette open onClose={close} /> : null}
        {opened === 'keys' ? <KeyList open onClose={close} /> : null}
        {opened === 'caller' ? <WhoAmI open onClose={close} /> : null}
        {opened === 'wrong' ? <Diagnosis open onClose={close} /> : null}
      </Suspense>
    </div>
  )
}

interface TopProps {
  readonly onOpen: (opened: Opened) => void
  /** Behind the gate there is nothing to find yet, of no range. */
  readonly isGate: boolean
}

function Top({ onOpen, isGate }: TopProps) {
  return (
    <header className="top">
      <Link to="/dashboard" className="brand" aria-label="Millstream">
        <Waves size={20} aria-hidden />
        <span>Millstream</span>
      </Link>
      <span className="top-gap" />
      {isGate ? null : (
        <button
          type="button"
          className="search-button"
          aria-label="Search"
          aria-keyshortcuts="/"
          onClick={() => {
            onOpen('palette')
          }}
        >
          <Search size={14} aria-hidden />
          <span>Search</span>
          <Keys keys="/" />
        </button>
      )}
      <ConnectionPill />
      {isGate ? null : <RangeControl />}
      <AppearanceMenu
        onKeys={() => {
          onOpen('keys')
        }}
        onCaller={
          isGate
            ? undefined
            : () => {
                onOpen('caller')
              }
        }
      />
    </header>
  )
}

function Rail() {
  return (
    <nav className="rail" aria-label="Pages">
      {PAGES.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} title={label}>
          <Icon size={16} aria-hidden />
          <span>{label}</span>
        </Link>
      ))}
    </nav>
  )
}

const other = <T extends string>(preference: { choices: readonly T[]; read: () => T; choose: (choice: T) => void }, choices: readonly T[]): void => {
  preference.choose(choices.find((choice) => choice !== preference.read()) ?? preference.read())
}

function useFrameActions(open: (opened: Opened) => void, isSignedIn: boolean): void {
  const navigate = useNavigate()
  const { goLive, holdStill } = useChangeRange()
  const { toggle } = useChartsAsTables()
  const range = useRange()
  const isLive = range.kind === 'live'
  useActions([
    { id: 'search', label: 'Search', group: 'Everywhere', keys: '[Shift]+/', run: () => { open('palette') } },
    { id: 'palette', label: 'Search and commands', group: 'Everywhere', keys: '$mod+k', run: () => { open('palette') } },
    { id: 'keys', label: 'The list of keys', group: 'Everywhere', keys: '[Shift]+?', run: () => { open('keys') } },
    { id: 'caller', label: 'Who am I, and what may I do', group: 'Everywhere', run: () => { open('caller') } },
    { id: 'wrong', label: 'What is wrong, part by part', group: 'Everywhere', run: wrongs.ask },
    { id: 'range', label: isLive ? 'Hold still: the last hour' : 'Back to live', group: 'Everywhere', keys: 'r', run: isLive ? holdStill : goLive },
    ...(range.kind === 'custom' ? [{ id: 'unzoom', label: 'Back to live', group: 'Everywhere', keys: 'Escape', run: goLive }] : []),
    ...(isLive ? [] : [{ id: 'refresh', label: 'Read this range again', group: 'Everywhere', run: readAt.refresh }]),
    { id: 'tables', label: 'Charts as tables, and back', group: 'Everywhere', keys: 't', run: toggle },
    ...PAGES.map(({ to, label, keys }) => ({ id: to, label, group: 'Go to', keys, run: () => void navigate({ to }) })),
    { id: 'theme', label: 'Switch between light and dark', group: 'Appearance', run: () => { other(theme, ['light', 'dark']) } },
    { id: 'density', label: 'Switch between compact and comfortable rows', group: 'Appearance', run: () => { other(density, ['compact', 'comfortable']) } },
    ...(isSignedIn ? [{ id: 'sign-out', label: 'Sign out', group: 'Appearance', run: () => { credential.signOut() } }] : []),
  ], true)
}
