//! Substitutes.
