/**
 * A path of this workbench that somebody is to be sent back to, or undefined when the text is anything else: another
 * site's address, one without a scheme (`//other`), one that browsers read as such (`/\other`), or none at all.
 */
export function localPath(text: string | undefined): string | undefined {
  if (text === undefined || !/^\/[\x21-\x7e]*$/.test(text) || /^\/[/\\]|\\/.test(text)) return undefined;
  const here = 'http://here.invalid';
  if (!URL.canParse(text, here)) return undefined;
  const url = new URL(text, here);
  if (url.origin !== here || url.pathname.startsWith('//')) return undefined;
  return `${url.pathname}${url.search}`;
}
