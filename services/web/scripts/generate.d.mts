export function render(text: string): string
export function renderPayloads(text: string): Promise<string>
export function generateInventory(): string
export function generatePayloads(): Promise<string>
