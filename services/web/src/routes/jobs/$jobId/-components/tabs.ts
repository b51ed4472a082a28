// What an address of this page may name. Apart from what is drawn: an address is read before the page's code is there.
export const TABS = ['input', 'output', 'error', 'attempts', 'logs', 'artifacts', 'events', 'details', 'raw'] as const
export type Tab = (typeof TABS)[number]

export const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const
export type Level = (typeof LEVELS)[number]
