// Placeholder until the addon lands.
