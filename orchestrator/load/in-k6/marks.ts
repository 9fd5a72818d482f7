// Beginnings of lines by which a script's wrapping tells something through a generator's log.

/** The name of a tag that had too many values follows. */
export const FOLDED_TAG = 'topolab: too many values of tag ';
/** Names of the script's own options that are put aside follow, separated by commas. */
export const PUT_ASIDE = 'topolab: put aside ';
