// Numbers as the reader chose: in the digits of the language of the page, or in Latin ones.
export function inWords(value, options = {}) {
  const { lang, dataset } = document.documentElement;
  return new Intl.NumberFormat(lang, { numberingSystem: dataset.digits || undefined, ...options }).format(value);
}
