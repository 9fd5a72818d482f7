/** What a reader sees of a page: no markup, no pictures, single spaces. */
export function textOf(report: string): string {
  return report
    .replace(/<style>.*?<\/style>|<svg.*?<\/svg>|<[^>]+>/gs, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/ ([:.,;])/g, '$1');
}
