import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface MenuProps {
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
}

export function Menu({ trigger, children, ...state }: MenuProps) {
  return (
    <Radix.Root modal={false} {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="floating menu" align="end" sideOffset={6} collisionPadding={12}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface MenuItemProps {
  readonly icon?: ReactNode
  readonly children: ReactNode
  /** A second line: what it does, or why it cannot be had. */
  readonly note?: string
  readonly isDisabled?: boolean
  readonly onSelect: () => void
}

export function MenuItem({ icon, children, note, isDisabled = false, onSelect }: MenuItemProps) {
  return (
    <Radix.Item className="menu-item" disabled={isDisabled} onSelect={onSelect}>
      <span className="menu-mark">{icon}</span>
      <span>{children}</span>
      {note === undefined ? null : <span className="menu-note">{note}</span>}
    </Radix.Item>
  )
}

interface MenuChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly choices: readonly { readonly value: T; readonly label: string }[]
  readonly onChoose: (value: T) => void
}

export function MenuChoice<T extends string>({ label, value, choices, onChoose }: MenuChoiceProps<T>) {
  return (
    <Radix.RadioGroup
      value={value}
      onValueChange={(chosen) => {
        const choice = choices.find((one) => one.value === chosen)
        if (choice) onChoose(choice.value)
      }}
    >
      <Radix.Label className="menu-label">{label}</Radix.Label>
      {choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className="menu-item">
          <span className="menu-mark">
            <Radix.ItemIndicator>
              <Check size={14} aria-hidden />
            </Radix.ItemIndicator>
          </span>
          {choice.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export const MenuDivider = () => <Radix.Separator className="menu-divider" />
