import { fileURLToPath, URL } from 'node:url'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const backend = process.env.MILLSTREAM_URL ?? 'http://localhost:8080'

export default defineConfig({
  base: '/',
  plugins: [tanstackRouter({ target: 'react', autoCodeSplitting: true }), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // All styles are one file, 13 KB gzipped: a page is never without a part of them, and drawn before one came.
  build: { cssCodeSplit: false, outDir: 'dist', manifest: true, sourcemap: false, chunkSizeWarningLimit: 600 },
  server: { proxy: { '^/api/': { target: backend, changeOrigin: true } } },
  preview: { proxy: { '^/api/': { target: backend, changeOrigin: true } } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node', restoreMocks: true },
})
