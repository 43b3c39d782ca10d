// CMake needs a source to hang a precompiled header on; it has nothing to say.
