import { useState } from 'react'
import { readSection, spellSection, type Section } from '@/features/jobs/section'

interface ChosenSection {
  readonly section: Section | null
  readonly show: (section: Section | null) => void
  readonly choose: (section: Section | null) => void
  readonly settle: () => void
  readonly cancel: () => void
  readonly showAll: () => void
}

/** What is being chosen is shown at once; the address follows when it is let go, and until it has. */
export function useSection(spelled: string | undefined, onSpelled: (spelled: string | undefined) => void): ChosenSection {
  const [held, setHeld] = useState<{ readonly over: string | undefined; readonly section: Section | null } | null>(null)
  // The address has changed: what it says counts again.
  if (held && held.over !== spelled) setHeld(null)
  const show = (section: Section | null): void => {
    setHeld({ over: spelled, section })
  }
  const choose = (section: Section | null): void => {
    show(section)
    onSpelled(section === null ? undefined : spellSection(section))
  }
  return {
    section: held ? held.section : readSection(spelled),
    show,
    choose,
    settle: () => {
      if (held) choose(held.section)
    },
    cancel: () => {
      setHeld(null)
    },
    showAll: () => {
      choose(null)
    },
  }
}
