"""What runs in containers: images, what each container is told and given, and the files made from that."""
