import { emailDetector } from './email.js';
import { ipAddressDetector } from './ip-address.js';
import { uuidDetector } from './uuid.js';
import type { ValueDetector } from './value-detector.js';

/** Every detector, in the order in which they are asked; the first that finds something names the reason. */
export const VALUE_DETECTORS: readonly ValueDetector[] = [uuidDetector, emailDetector, ipAddressDetector];
