export function render(text: string): string
export function generate(): string
