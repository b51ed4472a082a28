// Parts of an address: what cannot be read is as if it were not there.
import * as v from 'valibot'

export const optional = <T extends v.GenericSchema>(schema: T) => v.optional(v.fallback(v.optional(schema), undefined))
export const optionalText = optional(v.string())
