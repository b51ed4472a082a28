// What is picked of a list, beside it.
import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'

interface SidePanelProps {
  readonly label: string
  readonly className: string
  /** Which one is shown. */
  readonly shown: string
  readonly children: ReactNode
}

export function SidePanel({ label, className, shown, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null)
  // Where the panel stands above the list, as on a phone, it comes into sight.
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [shown])
  return (
    <aside ref={panel} className={`panel side-panel ${className}`} aria-label={label}>
      {children}
    </aside>
  )
}

export function CloseButton({ what = 'panel', onClose }: { what?: 'panel' | 'form'; onClose: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={`Close the ${what}`} onClick={onClose}>
      <X size={16} aria-hidden />
    </button>
  )
}
