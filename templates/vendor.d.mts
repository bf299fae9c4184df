/* Modules below /static/vendor/. */
declare module '*/vendor/idiomorph.js' {
  export { Idiomorph } from 'idiomorph';
}
