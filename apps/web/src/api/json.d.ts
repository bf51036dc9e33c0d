/** Browsers have it; the compiler's own libraries do not know it yet. */
interface JSON {
  rawJSON(text: string): unknown;
}
