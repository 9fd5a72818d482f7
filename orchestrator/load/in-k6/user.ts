// In whose name the script asks: requests to the nodes of its load carry the user's token, and no others do.
import { loadUser } from './iteration.ts';

interface WithHeaders {
  headers?: object;
}

/** The parameters of a request, with the token where there is one. The same object where nothing changes; a header of the script's own stays. */
export function asUser<T extends WithHeaders>(
  url: unknown,
  params: T | null | undefined,
): T | WithHeaders | null | undefined {
  const user = loadUser();
  if (user === undefined) return params;
  const asked = textOf(url);
  if (!user.baseUrls.some((base) => isBelow(asked, base))) return params;
  const headers = params?.headers ?? {};
  const isTold = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return isTold ? params : { ...params, headers: { ...headers, Authorization: `Bearer ${user.token}` } };
}

/** `http.url` makes an object. */
function textOf(url: unknown): string {
  return String((Object(url) as { readonly url?: unknown }).url ?? url);
}

/** `http://web:8080` is not the base of `http://web:80801/`, nor of `http://web:8080.example.org/`. */
function isBelow(url: string, base: string): boolean {
  return url.startsWith(base) && /^([/?#]|$)/.test(url.slice(base.length));
}
