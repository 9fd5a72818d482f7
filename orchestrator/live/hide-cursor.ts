// Hides a terminal's cursor while something is drawn. log-update would hide that of stderr, whatever it draws on.

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';

/** Returns the function that shows it again. It is also shown when the process exits, an uncaught error included. */
export function hideCursor(stream: NodeJS.WriteStream): () => void {
  const show = () => {
    process.off('exit', show);
    stream.write(SHOW);
  };
  stream.write(HIDE);
  process.once('exit', show);
  return show;
}
