// The JavaScript a first visit to the dashboard downloads, gzipped, against its budget.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const FIRST_PAGE_KB = 250
const ALL_KB = 400
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const gzippedKb = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024

const reached = new Set()
const reach = (key) => {
  if (reached.has(key)) return
  reached.add(key)
  manifest[key].imports?.forEach(reach)
}
Object.keys(manifest)
  .filter((key) => manifest[key].isEntry || key.includes('routes/dashboard/'))
  .forEach(reach)

const scripts = (keys) => [...new Set(keys.map((key) => manifest[key].file))].filter((f) => f.endsWith('.js'))
const sum = (files) => files.reduce((total, file) => total + gzippedKb(file), 0)
const first = sum(scripts([...reached]))
const all = sum(scripts(Object.keys(manifest)))
console.log(`JavaScript, gzipped: first page ${first.toFixed(1)} of ${FIRST_PAGE_KB} KB, all ${all.toFixed(1)} of ${ALL_KB} KB`)
if (first > FIRST_PAGE_KB || all > ALL_KB) process.exit(1)
