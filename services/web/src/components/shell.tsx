import { Link } from '@tanstack/react-router'
import { Boxes, Gauge, ListChecks, LogOut, Network, SquareFunction, Waves } from 'lucide-react'
import { useSyncExternalStore, type ReactNode } from 'react'
import { ConnectionPill, LostNote } from '@/components/connection-pill'
import { SignIn } from '@/components/sign-in'
import { ThemeToggle } from '@/components/theme-toggle'
import { credential } from '@/lib/credential'

const PAGES = [
  { to: '/dashboard', label: 'Dashboard', icon: Gauge },
  { to: '/jobs', label: 'Jobs', icon: ListChecks },
  { to: '/functions', label: 'Functions', icon: SquareFunction },
  { to: '/apis', label: 'APIs', icon: Network },
  { to: '/workers', label: 'Workers', icon: Boxes },
] as const

export function Shell({ children }: { children: ReactNode }) {
  const { key, refused } = useSyncExternalStore(credential.subscribe, credential.get)
  return (
    <div className="frame">
      <a className="skip" href="#page">
        Skip to content
      </a>
      <header className="top">
        <Link to="/dashboard" className="brand" aria-label="Millstream">
          <Waves size={20} aria-hidden />
          <span>Millstream</span>
        </Link>
        <span className="top-gap" />
        <ConnectionPill />
        <ThemeToggle />
        {key === null ? null : <SignOut />}
      </header>
      <nav className="rail" aria-label="Pages">
        {PAGES.map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} title={label}>
            <Icon size={16} aria-hidden />
            <span>{label}</span>
          </Link>
        ))}
      </nav>
      <main className="page" id="page" tabIndex={-1}>
        <LostNote />
        {refused ? <SignIn wasRefused={key !== null} /> : children}
      </main>
    </div>
  )
}

function SignOut() {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Sign out"
      title="Sign out"
      onClick={() => {
        credential.signOut()
      }}
    >
      <LogOut size={16} aria-hidden />
    </button>
  )
}
