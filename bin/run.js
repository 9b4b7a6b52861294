#!/usr/bin/env node
import { launch } from './launch.js';

launch(import.meta.dirname, process.argv.slice(2));
