"""What ties the signing service to technology: database, bus-facing engines, storage."""
