import { Boxes, Gauge, ListChecks, Network, SquareFunction } from 'lucide-react'

/** The pages of the rail, each with its keys. */
export const PAGES = [
  { to: '/dashboard', label: 'Dashboard', icon: Gauge, keys: 'g d' },
  { to: '/jobs', label: 'Jobs', icon: ListChecks, keys: 'g j' },
  { to: '/functions', label: 'Functions', icon: SquareFunction, keys: 'g f' },
  { to: '/apis', label: 'APIs', icon: Network, keys: 'g a' },
  { to: '/workers', label: 'Workers', icon: Boxes, keys: 'g w' },
] as const
