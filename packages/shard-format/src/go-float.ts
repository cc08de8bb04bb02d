/**
 * Writes a bucket bound as Python's `floatToGoString` (`prometheus_client/utils.py`) does, the text of a `le` label:
 * `0.5`, `1.0`, `1e+06`, `+Inf`.
 *
 * `prometheus_client` 0.16 wrote bounds of eleven digits and more as `1e+010`; readers therefore compare
 * bounds as numbers, not as text.
 */
export function goFloat(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  const text = pythonRepr(value);
  const dot = text.indexOf('.');
  // Go switches to an exponent sooner than Python.
  if (value > 0 && dot > 6) {
    const mantissa = `${text[0]}.${text.slice(1, dot)}${text.slice(dot + 1)}`.replace(/[0.]+$/, '');
    return `${mantissa}e+${String(dot - 1).padStart(2, '0')}`;
  }
  return text;
}

/** Python's `repr(float)`: the shortest digits, an exponent below 1e-4 and from 1e16 on, always a point or exponent. */
function pythonRepr(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const [coefficient = '0', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${coefficient}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const sign = coefficient.startsWith('-') ? '-' : '';
  const digits = coefficient.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
