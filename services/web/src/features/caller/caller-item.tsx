import { useQuery } from '@tanstack/react-query'
import { UserRound } from 'lucide-react'
import { callerQuery, roleText } from '@/features/caller/api'
import { MenuItem } from '@/ui/menu'

/** Who is signed in, in the menu; its room is there before it is read. */
export function CallerItem({ onOpen }: { onOpen: () => void }) {
  const { data: caller, error } = useQuery(callerQuery())
  const note = caller ? `${caller.name} · ${roleText(caller)}` : error ? 'not to be read now' : '\u00a0'
  return (
    <MenuItem icon={<UserRound size={14} aria-hidden />} note={note} onSelect={onOpen}>
      Who am I, what may I do
    </MenuItem>
  )
}
