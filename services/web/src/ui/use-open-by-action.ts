import { useState } from 'react'
import { useActions, type Action } from '@/ui/actions'

/** The state of a popover that an action of the palette opens, too. */
export function useOpenByAction(action: Omit<Action, 'run'>): { readonly open: boolean; readonly onOpenChange: (open: boolean) => void } {
  const [open, onOpenChange] = useState(false)
  useActions([{ ...action, run: () => { onOpenChange(true) } }])
  return { open, onOpenChange }
}
