// A list of numbers as plotly.py writes it since its version 6: {dtype, bdata}, little endian, in base64.
import { isRecord } from '@/lib/record'

type Read = (view: DataView, at: number) => number

const READS: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  u1c: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  i4: [4, (view, at) => view.getInt32(at, true)],
  u4: [4, (view, at) => view.getUint32(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  f8: [8, (view, at) => view.getFloat64(at, true)],
}

/** Null for what is no such list. */
export function typedArray(value: unknown): readonly number[] | null {
  if (!isRecord(value)) return null
  const { dtype, bdata, shape } = value
  const [width, read] = (typeof dtype === 'string' && Object.hasOwn(READS, dtype) ? READS[dtype] : null) ?? []
  if (typeof bdata !== 'string' || width === undefined || read === undefined || (shape !== undefined && String(shape).includes(','))) return null
  try {
    const bytes = Uint8Array.from(atob(bdata), (char) => char.charCodeAt(0))
    if (bytes.length % width !== 0) return null
    const view = new DataView(bytes.buffer)
    return Array.from({ length: bytes.length / width }, (_, index) => read(view, index * width))
  } catch {
    return null
  }
}
