/** Vite's own types stay out: the root declares vite, and this is read by it alone. */
type Warn = (level: string, log: { readonly code?: string }) => void;

const config = {
  // Whatever the surroundings of the build call themselves.
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc: { jsx: { runtime: 'automatic', development: false } },
  // Nothing is fetched from elsewhere, and nothing stands in the page itself: a strict policy holds.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: 'es2023',
    rolldownOptions: {
      // Libraries say which of their files are for browsers: here all are.
      onLog: (level: string, log: { readonly code?: string }, warn: Warn): void => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') warn(level, log);
      },
    },
  },
};

export default config;
