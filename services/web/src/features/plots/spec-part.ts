// A part of a specification, read by name. Whatever in it nobody asked for is a reason not to draw: it might change the picture.
import { shortened, type Reasons } from '@/features/plots/plot'
import { isRecord } from '@/lib/record'

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0)

export class SpecPart {
  private readonly asked = new Set<string>()

  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    readonly path: string,
    readonly reasons: Reasons,
  ) {}

  has(name: string): boolean {
    return !isNothing(this.values[name])
  }

  /** As it is. */
  raw(name: string): unknown {
    this.asked.add(name)
    return Object.hasOwn(this.values, name) ? this.values[name] : undefined
  }

  text(name: string): string | null {
    const value = this.raw(name)
    if (typeof value === 'string') return shortened(value)
    if (!isNothing(value)) this.refuse(name)
    return null
  }

  flag(name: string): boolean | null {
    const value = this.raw(name)
    if (typeof value === 'boolean') return value
    if (!isNothing(value)) this.refuse(name)
    return null
  }

  list(name: string): readonly unknown[] {
    const value = this.raw(name)
    if (Array.isArray(value)) return value
    if (!isNothing(value)) this.refuse(name)
    return []
  }

  /** Null where there is none. */
  part(name: string): SpecPart | null {
    const value = this.raw(name)
    if (isRecord(value)) return new SpecPart(value, this.at(name), this.reasons)
    if (!isNothing(value)) this.refuse(name)
    return null
  }

  /** The first `most` of a list of parts. */
  parts(name: string, most: number): SpecPart[] {
    return this.list(name)
      .slice(0, most)
      .flatMap((value, index) => {
        const path = `${this.at(name)}[${String(index)}]`
        if (isRecord(value)) return [new SpecPart(value, path, this.reasons)]
        this.reasons.add(path)
        return []
      })
  }

  /** One of these, or not said. */
  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.raw(name)
    const found = choices.find((one) => one === value)
    if (found === undefined && !isNothing(value)) this.refuse(name)
    return found ?? null
  }

  /** Said as one of these, it changes nothing. */
  expect(name: string, harmless: readonly unknown[]): void {
    const value = this.raw(name)
    if (!isNothing(value) && !harmless.includes(value)) this.refuse(name)
  }

  /** Changes how it looks at most. */
  ignore(names: readonly string[]): void {
    names.forEach((name) => this.asked.add(name))
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  refuse(name: string): void {
    this.reasons.add(this.at(name))
  }

  /** Once all that is understood was asked for. */
  end(): void {
    for (const name of Object.keys(this.values)) if (!this.asked.has(name) && !isNothing(this.values[name])) this.refuse(name)
  }
}
